import type { JsonFields } from './json-file.ts';

/** The classes of Transformers that a config.json names; they say what the files hold. */
export function modelClasses(config: JsonFields | null): readonly string[] {
  const classes = config?.get('architectures');
  return Array.isArray(classes) ? classes.map(String) : [];
}

/** The class that keeps all weights; AutoModel, which drops the language-model head, where none is named that is safe in a command. */
export function modelClass(config: JsonFields | null): string {
  const [first = ''] = modelClasses(config);
  return /^[A-Z]\w{1,80}$/.test(first) ? first : 'AutoModel';
}
