/** An object whose fields read their signals or stages: reading one field depends on that field only. `plain` fields stay as they are. */
export function lazily<T extends object, P extends object>(
  signals: { readonly [Name in keyof T]: { readonly value: T[Name] } },
  plain: P,
): T & P {
  const fields = { ...plain };
  for (const [name, source] of Object.entries<{ readonly value: unknown }>(signals)) {
    Object.defineProperty(fields, name, { get: () => source.value, enumerable: true });
  }
  return fields as T & P;
}
