/** An object with a getter for each signal, so that a reader depends only on the fields that it reads; `plain` fields are copied. */
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
