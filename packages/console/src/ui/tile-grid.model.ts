/**
 * Where each country's tile stands: one tile each, neighbours kept near, no borders drawn. ISO 3166-1 alpha-2 and
 * `XK`; `..` is sea. The arrangement is ours; a code without a place is shown after the grid.
 */
const ROWS = `
.. .. GL .. .. .. .. .. .. IS FO NO SE FI .. .. RU .. .. .. .. .. .. .. .. ..
.. CA .. PM .. .. .. .. IE GB DK .. EE LV LT BY .. KZ MN .. .. .. .. .. .. ..
.. US BM .. .. .. .. .. JE NL BE DE PL CZ SK UA GE UZ KG .. KP JP .. .. .. ..
.. MX BS TC .. .. .. .. FR LU CH LI AT HU RO MD AZ TM TJ CN KR TW .. .. .. ..
GT BZ CU HT DO PR VG .. PT ES AD MC IT SI HR RS BG AM AF NP HK MO .. .. .. ..
SV HN JM KY AG KN .. .. GI MT SM VA BA ME MK GR TR SY IR PK BT MM LA VN .. ..
NI CR CW AW DM LC .. .. MA DZ TN .. AL XK CY LB IQ .. .. IN BD TH KH PH .. ..
PA CO VE TT VC BB .. .. EH ML NE LY EG IL PS JO KW BH .. LK .. MY .. GU MP ..
EC PE GY SR GD GF .. CV SN GM BF TD SD .. .. SA QA AE .. MV .. SG BN .. PW ..
.. BO BR .. .. .. .. MR GW GN CI NG CM SS ER YE OM .. .. .. ID TL PG SB FM MH
.. CL PY UY .. .. .. .. SL LR GH TG BJ CF ET DJ SO .. .. .. .. AU VU NC NR KI
.. AR FK .. .. .. .. .. .. ST GQ GA CG CD UG KE SC .. .. .. .. .. FJ TV TO WS
.. .. .. .. .. .. .. .. .. .. .. .. AO ZM RW BI TZ KM .. .. .. .. NZ CK NU AS
.. .. .. .. .. .. .. .. .. .. .. .. NA BW ZW MW MZ MG MU RE .. .. .. PF .. ..
.. .. .. .. .. .. .. .. .. .. .. .. .. ZA LS SZ .. .. .. .. .. .. .. .. .. ..
`;

export interface Tile {
  readonly code: string;
  /** From 1, as CSS grids count. */
  readonly column: number;
  readonly row: number;
}

export const TILES: readonly Tile[] = ROWS.trim()
  .split('\n')
  .flatMap((line, row) =>
    line
      .split(' ')
      .map((code, column) => ({ code, column: column + 1, row: row + 1 }))
      .filter(({ code }) => code !== '..'),
  );

export const TILE_COLUMNS = Math.max(...TILES.map(({ column }) => column));
