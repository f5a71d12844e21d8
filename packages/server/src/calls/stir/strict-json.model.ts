const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Reads JSON of which every object names a member once: where a name comes twice, two readers may see two different
 * tokens under one signature (RFC 8259 §4, RFC 7515 §4). Undefined when it is not such JSON.
 */
export function strictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return hasRepeatedMember(text) ? undefined : value;
}

function hasRepeatedMember(json: string): boolean {
  const open: (Set<unknown> | undefined)[] = [];
  let name = '';
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') name = token;
    else {
      const names = open.at(-1);
      const key: unknown = JSON.parse(name);
      if (names?.has(key) === true) return true;
      names?.add(key);
    }
  }
  return false;
}
