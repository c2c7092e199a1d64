const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const colon = 0x3a;

/** The first name that an object in the text gives twice; undefined for none. JSON.parse hides it by keeping the last value.
 *  `json` must be valid JSON. Takes time linear in its length. */
export function duplicateName(json: string): string | undefined {
  const namesOfOpenObjects: Set<string>[] = [];
  for (let i = 0; i < json.length; i += 1) {
    const symbol = json.charCodeAt(i);
    if (symbol === openBrace) namesOfOpenObjects.push(new Set());
    else if (symbol === closeBrace) namesOfOpenObjects.pop();
    else if (symbol === quote) {
      const end = endOfString(json, i);
      if (isFollowedByColon(json, end)) {
        const name: string = JSON.parse(json.slice(i, end));
        const names = namesOfOpenObjects.at(-1)!;
        if (names.has(name)) return name;
        names.add(name);
      }
      i = end - 1;
    }
  }
  return undefined;
}

/** Index after the closing quote of the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (json.charCodeAt(i) !== quote) i += json.charCodeAt(i) === backslash ? 2 : 1;
  return i + 1;
}

function isFollowedByColon(json: string, end: number): boolean {
  let i = end;
  while (json.charCodeAt(i) <= 0x20) i += 1;
  return json.charCodeAt(i) === colon;
}
