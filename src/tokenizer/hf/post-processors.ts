import {
  type Fields,
  fieldsAt,
  flagAt,
  isId,
  listAt,
  makeStep,
  makeSteps,
  named,
  type StepMakers,
  stringAt,
  TokenizerFormatError,
} from './json-fields.ts';

/** A sequence, or special tokens, in the model's input, with their token type. */
export type TemplateItem =
  | { readonly sequence: 'A' | 'B'; readonly typeId: number }
  | { readonly ids: readonly number[]; readonly typeId: number };

/** The model's input for one text, and for two. */
export interface Template {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
}

/** The treatment of the model's tokens. */
export interface PostProcessor {
  readonly template: Template;
  /** One entry per trimming of white space from the spans: whether a space was put before the text. */
  readonly trims: readonly boolean[];
}

const first: TemplateItem = { sequence: 'A', typeId: 0 };
const plain: Template = { single: [first], pair: [first, { sequence: 'B', typeId: 1 }] };

/** The post-processor of a tokenizer.json; null adds nothing.
 *  @throws TokenizerFormatError when a step is unknown or lacks a field. */
export function createPostProcessor(value: unknown): PostProcessor {
  if (value === null || value === undefined) return { template: plain, trims: [] };
  const { template, trims } = makeStep(makers, fieldsAt(value, 'post_processor'), 'post_processor');
  return { template: template ?? plain, trims };
}

interface Parts {
  readonly template: Template | null;
  readonly trims: readonly boolean[];
}

const makers: StepMakers<Parts> = {
  TemplateProcessing: (fields, where) => ({ template: templateOf(fields, where), trims: [] }),
  BertProcessing: (fields, where) => {
    return { template: bertTemplate(markAt(fields, 'cls', where), markAt(fields, 'sep', where)), trims: [] };
  },
  RobertaProcessing: (fields, where) => {
    const template = robertaTemplate(markAt(fields, 'cls', where), markAt(fields, 'sep', where));
    return { template, trims: trimsOf(fields, where) };
  },
  ByteLevel: (fields, where) => ({ template: null, trims: trimsOf(fields, where) }),
  Sequence: (fields, where) => {
    const steps = makeSteps(makers, fields, 'processors', where);
    const templates = steps.flatMap(({ template }) => template ?? []);
    if (templates.length > 1)
      throw new TokenizerFormatError(`${where}.processors must add special tokens in only one step`);
    return { template: templates[0] ?? null, trims: steps.flatMap(({ trims }) => trims) };
  },
};

function trimsOf(fields: Fields, where: string): boolean[] {
  const addPrefixSpace = flagAt(fields, 'add_prefix_space', where, true);
  return flagAt(fields, 'trim_offsets', where, true) ? [addPrefixSpace] : [];
}

/** `["[SEP]", 102]` */
function markAt(fields: Fields, key: string, where: string): number {
  const [, id] = listAt(fields[key], `${where}.${key}`);
  if (!isId(id)) throw new TokenizerFormatError(`${where}.${key} must be a token and its id`);
  return id;
}

/** [CLS] a [SEP], then b [SEP] with token type 1. */
function bertTemplate(cls: number, sep: number): Template {
  const single = [{ ids: [cls], typeId: 0 }, first, { ids: [sep], typeId: 0 }];
  return { single, pair: [...single, { sequence: 'B', typeId: 1 }, { ids: [sep], typeId: 1 }] };
}

/** <s> a </s>, then </s> b </s>; token type 0 throughout. */
function robertaTemplate(cls: number, sep: number): Template {
  const { single } = bertTemplate(cls, sep);
  const end = { ids: [sep], typeId: 0 };
  return { single, pair: [...single, end, { sequence: 'B', typeId: 0 }, end] };
}

function templateOf(fields: Fields, where: string): Template {
  const marks = new Map(Object.entries(fieldsAt(fields.special_tokens ?? {}, `${where}.special_tokens`)));
  const itemsAt = (key: 'single' | 'pair', needed: readonly string[]): TemplateItem[] => {
    const items = listAt(fields[key], `${where}.${key}`).map((item, index) => {
      return templateItem(fieldsAt(item, `${where}.${key}[${index}]`), marks, `${where}.${key}[${index}]`);
    });
    const sequences = items.flatMap((item) => ('sequence' in item ? item.sequence : [])).toSorted();
    if (sequences.join() !== needed.join()) {
      throw new TokenizerFormatError(
        `${where}.${key} must hold the sequence${needed.length > 1 ? 's' : ''} ${needed.join(' and ')} once`,
      );
    }
    return items;
  };
  const hasPair = Array.isArray(fields.pair) && fields.pair.length > 0;
  return { single: itemsAt('single', ['A']), pair: hasPair ? itemsAt('pair', ['A', 'B']) : plain.pair };
}

function templateItem(fields: Fields, marks: ReadonlyMap<string, unknown>, where: string): TemplateItem {
  const inner = fieldsAt(
    fields.Sequence ?? fields.SpecialToken,
    `${where}.${'Sequence' in fields ? 'Sequence' : 'SpecialToken'}`,
  );
  const typeId = inner.type_id ?? 0;
  const id = stringAt(inner, 'id', where);
  if (!isId(typeId)) throw new TokenizerFormatError(`${where}.type_id must be an integer of at least 0`);
  if ('Sequence' in fields) {
    if (id !== 'A' && id !== 'B')
      throw new TokenizerFormatError(`${where}.Sequence.id must be A or B; it is ${named(id)}`);
    return { sequence: id, typeId };
  }
  const mark = marks.get(id);
  if (mark === undefined)
    throw new TokenizerFormatError(`${where} needs ${named(id)} among the special_tokens of the step`);
  const ids = listAt(fieldsAt(mark, where).ids, `special_tokens of ${where}`);
  if (!ids.every(isId))
    throw new TokenizerFormatError(`${where} needs ids of ${named(id)} that are integers of at least 0`);
  return { ids, typeId };
}
