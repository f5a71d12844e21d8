/** Where the editor of a rule or table is; without an id, that of a new one. Ids hold dots, which paths of pages do not. */
export function placeOfPart(version: number, part: 'rule' | 'table', id?: string): string {
  const place = `/policy/versions/${version}/${part}`;
  return id === undefined ? place : `${place}?${new URLSearchParams({ id })}`;
}
