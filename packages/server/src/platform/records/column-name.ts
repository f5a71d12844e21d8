const MAX_NAME = 100;

/** The name of a column or key as aliases are written: lower case, `_` for blanks, dashes and dots; undefined when no alias is so long. */
export function columnName(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  return name
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_');
}
