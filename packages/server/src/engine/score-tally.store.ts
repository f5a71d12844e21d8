import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { ScoreTally } from './score-tally.model.ts';

type Connection = { readonly db: Database };

/** Most decisions that an hour's row names. */
const SAMPLE = 50;

/** Adds a batch's scores; in the transaction that moves the checkpoint, so that each counts once. */
export async function writeScores(ctx: Connection, { rows, challenges }: ScoreTally): Promise<void> {
  if (rows.length > 0) {
    const written = rows.map((row) => ({ ...row, hour: new Date(row.hour) }));
    await sql`insert into engine_model_score (hour, simulated, model, version, output, bins)
      select * from json_to_recordset(${JSON.stringify(written)}::json) as row (
        hour timestamptz, simulated boolean, model text, version text, output text, bins double precision[])
      on conflict (hour, simulated, model, version, output) do update set bins = (
        select array_agg(a + b order by place) from
          unnest(engine_model_score.bins, excluded.bins) with ordinality as both_bins (a, b, place))`.execute(
      ctx.db,
    );
  }
  if (challenges.length > 0) {
    const written = challenges.map((row) => ({ ...row, hour: new Date(row.hour) }));
    await sql`insert into engine_model_challenge as old
        (hour, simulated, model, champion, challenger, output, count, matrix, difference, absolute, sample)
      select * from json_to_recordset(${JSON.stringify(written)}::json) as row (
        hour timestamptz, simulated boolean, model text, champion text, challenger text, output text,
        count double precision, matrix double precision[], difference double precision, absolute double precision, sample bigint[])
      on conflict (hour, simulated, model, champion, challenger, output) do update set
        count = old.count + excluded.count,
        matrix = (select array_agg(a + b order by place) from
          unnest(old.matrix, excluded.matrix) with ordinality as both_cells (a, b, place)),
        difference = old.difference + excluded.difference,
        absolute = old.absolute + excluded.absolute,
        sample = (array_cat(excluded.sample, old.sample))[1:${sql.lit(SAMPLE)}]`.execute(ctx.db);
  }
}

/** Scores of one hour. */
export interface ScoreHourRow {
  readonly hour: Date;
  readonly version: string;
  readonly output: string;
  readonly bins: readonly number[];
}

/** Real scores of a model by hour since an instant, oldest first. */
export async function readScores(ctx: Connection, model: string, from: number): Promise<ScoreHourRow[]> {
  const { rows } = await sql<{ hour: Date; version: string; output: string; bins: number[] }>`
    select hour, version, output, bins from engine_model_score
    where not simulated and model = ${model} and hour >= ${new Date(from)}
    order by hour, version, output`.execute(ctx.db);
  return rows.map((row) => ({ ...row, bins: row.bins.map(Math.round) }));
}

/** Real scores added up over hours from an instant and before another, by output. */
export async function sumScores(
  ctx: Connection,
  model: string,
  version: string,
  { from, to }: { from: number; to: number },
): Promise<Map<string, number[]>> {
  const { rows } = await sql<{ output: string; bins: number[] }>`
    select output, array_agg(total order by place) as bins from (
      select output, place, sum(count) as total from engine_model_score,
        unnest(bins) with ordinality as each_bin (count, place)
      where not simulated and model = ${model} and version = ${version}
        and hour >= ${new Date(from)} and hour < ${new Date(to)}
      group by output, place) as sums group by output`.execute(ctx.db);
  return new Map(rows.map(({ output, bins }) => [output, bins.map(Math.round)]));
}

export interface ChallengeSums {
  readonly output: string;
  readonly count: number;
  readonly matrix: readonly number[];
  readonly difference: number;
  readonly absolute: number;
  readonly sample: readonly number[];
}

/** Champion against challenger on real events, added up since an instant. */
export async function sumChallenge(
  ctx: Connection,
  pair: { model: string; champion: string; challenger: string },
  from: number,
): Promise<ChallengeSums[]> {
  const { rows } = await sql<{
    output: string;
    count: number;
    matrix: number[];
    difference: number;
    absolute: number;
    sample: (string | number)[] | null;
  }>`with hours as (
      select * from engine_model_challenge where not simulated and model = ${pair.model}
        and champion = ${pair.champion} and challenger = ${pair.challenger} and hour >= ${new Date(from)})
    select output, sum(count) as count,
      array[sum(matrix[1]), sum(matrix[2]), sum(matrix[3]), sum(matrix[4])] as matrix,
      sum(difference) as difference, sum(absolute) as absolute,
      (select array_agg(seq order by seq desc) from (
        select seq from hours h, unnest(h.sample) as seq where h.output = hours.output
        order by seq desc limit ${SAMPLE}) as newest) as sample
    from hours group by output order by output`.execute(ctx.db);
  return rows.map((row) => ({
    output: row.output,
    count: Math.round(row.count),
    matrix: row.matrix.map(Math.round),
    difference: row.difference,
    absolute: row.absolute,
    sample: (row.sample ?? []).map(Number),
  }));
}

/** Removes scores from before an instant. */
export async function deleteScoresBefore(ctx: Connection, before: number): Promise<void> {
  await sql`delete from engine_model_score where hour < ${new Date(before)}`.execute(ctx.db);
  await sql`delete from engine_model_challenge where hour < ${new Date(before)}`.execute(ctx.db);
}
