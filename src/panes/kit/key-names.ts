/** Replaces the actions that a sentence names by their keys: `{head} selects another head`. */
export function withKeys(text: string, keyOf: (action: string) => string): string {
  return text.replace(/\{([a-z-]+)\}/g, (_, action: string) => keyOf(action));
}
