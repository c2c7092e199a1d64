/** A sentence with the keys of the actions that it names: `{head} leads to other heads`. */
export function withKeys(text: string, keyOf: (action: string) => string): string {
  return text.replace(/\{([a-z-]+)\}/g, (_, action: string) => keyOf(action));
}
