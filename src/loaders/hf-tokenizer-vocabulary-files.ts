import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError, quoted } from './errors.ts';
import { type NamedToken, readOptional, type TokenRole } from './hf-tokenizer-special-tokens.ts';
import { fileSize, type JsonFields, orUnreadable, readJsonObject, statOf } from './json-file.ts';

type SpecialTokens = ReadonlyMap<TokenRole, NamedToken>;

/** A vocabulary file, and the fields of an equal tokenizer.json. */
export interface VocabularyFile {
  readonly path: string;
  readonly fields: { readonly [key: string]: unknown };
}

/** Families whose tokenizer adds <s> a </s>, and </s> b </s>. */
const robertaLike = ['roberta', 'bart', 'longformer', 'mpnet', 'led', 'roberta-prelayernorm', 'data2vec-text'];
/** Families whose byte-level tokenizer adds nothing. */
const gptLike = ['gpt2', 'gpt_neo', 'gptj', 'codegen', 'phi'];
/** Families with such files that split text in their own way. */
const otherFamilies = ['qwen2', 'qwen3', 'clip', 'deberta', 'blenderbot'];
/** tokenizer_class of the tokenizers that the files describe fully, without Tokenizer or TokenizerFast at its end. */
const wordPieceClasses = 'Bert DistilBert Electra MPNet MobileBert ConvBert LayoutLM SqueezeBert'.split(' ');
const byteLevelClasses = ['GPT2', 'Roberta', 'Bart', 'Longformer', 'LED', 'CodeGen'];

/** The tokenizer of a folder older than tokenizer.json, or null if its files are missing.
 *  special: the folder's special tokens.
 *  @throws FormatError when a file cannot be read, or describes the tokenizer only in part. */
export function vocabularyFileFields(
  directory: string,
  special: SpecialTokens,
  modelType: string | undefined,
): VocabularyFile | null {
  const [words, ids, merges] = ['vocab.txt', 'vocab.json', 'merges.txt'].map((name) => join(directory, name));
  if (statOf(words!)) {
    checkClass(directory, 'vocab.txt', wordPieceClasses);
    return { path: words!, fields: wordPieceFields(directory, words!, special, modelType) };
  }
  if (statOf(ids!) && statOf(merges!)) {
    checkClass(directory, 'vocab.json', byteLevelClasses);
    if (modelType !== undefined && otherFamilies.includes(modelType)) throw needsConversion(directory, 'vocab.json');
    return { path: ids!, fields: byteLevelFields(directory, ids!, merges!, special, modelType) };
  }
  return null;
}

/** The error for a folder whose tokenizer only Python can make.  file: the file there in place of tokenizer.json. */
export function needsConversion(directory: string, file: string): FormatError {
  const python = JSON.stringify(directory);
  return new FormatError(
    `${join(directory, 'tokenizer.json')} is missing, and ${file} does not say how to split: make it with python -c ` +
      `'from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(${python}).save_pretrained(${python})'`,
  );
}

function checkClass(directory: string, file: string, known: readonly string[]): void {
  const name = readOptional(directory, 'tokenizer_config.json').get('tokenizer_class');
  if (typeof name !== 'string' || /^PreTrainedTokenizer/.test(name)) return;
  if (!known.includes(name.replace(/Tokenizer(Fast)?$/, ''))) throw needsConversion(directory, `${file} of a ${name}`);
}

/** vocab.txt: a token a line; the number of the line is the id. Splits as BERT does; MPNet has <s> and </s>. */
function wordPieceFields(directory: string, path: string, special: SpecialTokens, modelType: string | undefined) {
  const config = readOptional(directory, 'tokenizer_config.json');
  const vocab = new Map(linesOf(path).map((token, id) => [token, id]));
  const isMpnet = modelType === 'mpnet';
  const named = (role: TokenRole, usual: string, mpnet = usual): NamedToken => {
    return special.get(role) ?? { content: isMpnet ? mpnet : usual, lstrip: isMpnet && role === 'mask_token' };
  };
  const cls = named('cls_token', '[CLS]', '<s>');
  const sep = named('sep_token', '[SEP]', '</s>');
  const unknown = named('unk_token', '[UNK]');
  const marks = [named('pad_token', '[PAD]', '<pad>'), unknown, cls, sep, named('mask_token', '[MASK]', '<mask>')];
  return {
    added_tokens: addedTokens(marks, vocab, readOptional(directory, 'added_tokens.json')),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.get('tokenize_chinese_chars') ?? true,
      strip_accents: config.get('strip_accents') ?? null,
      lowercase: config.get('do_lower_case') ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: isMpnet
      ? { ...marksFields(path, cls, sep, vocab), type: 'RobertaProcessing', trim_offsets: false }
      : { ...marksFields(path, cls, sep, vocab), type: 'BertProcessing' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: unknown.content, vocab: Object.fromEntries(vocab) },
  };
}

/** vocab.json: ids by token; merges.txt: a merge a line, in order. */
function byteLevelFields(
  directory: string,
  path: string,
  mergesPath: string,
  special: SpecialTokens,
  modelType: string | undefined,
) {
  const config = readOptional(directory, 'tokenizer_config.json');
  const vocab = readJsonObject(path);
  const addPrefixSpace = config.get('add_prefix_space') ?? false;
  const byteLevel = { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true };
  const style = styleOf(config, special, vocab, modelType);
  const cls = special.get('cls_token') ?? { content: '<s>', lstrip: false };
  const sep = special.get('sep_token') ?? { content: '</s>', lstrip: false };
  const bos = special.get('bos_token') ?? { content: modelType === 'opt' ? '</s>' : '<|endoftext|>', lstrip: false };
  const usual = style === 'roberta' ? ['<pad>', '<unk>'] : ['<|endoftext|>'];
  const mask = special.get('mask_token')?.content ?? '<mask>';
  const marks = [
    ...special.values(),
    ...usual.map((content) => ({ content, lstrip: false })),
    ...(style === 'roberta' ? [cls, sep, { content: mask, lstrip: true }] : []),
    ...(style === 'bos' ? [bos] : []),
  ];
  return {
    added_tokens: addedTokens(marks, vocab, readOptional(directory, 'added_tokens.json')),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor:
      style === 'roberta'
        ? { ...marksFields(path, cls, sep, vocab), type: 'RobertaProcessing', add_prefix_space: addPrefixSpace }
        : style === 'bos'
          ? { type: 'Sequence', processors: [byteLevel, bosTemplate(path, bos, vocab)] }
          : byteLevel,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(vocab), merges: mergesOf(mergesPath) },
  };
}

function styleOf(
  config: JsonFields,
  special: SpecialTokens,
  vocab: JsonFields,
  modelType: string | undefined,
): 'plain' | 'bos' | 'roberta' {
  if (modelType === 'opt' || config.get('add_bos_token') === true) return 'bos';
  if (modelType !== undefined && robertaLike.includes(modelType)) return 'roberta';
  if (modelType !== undefined && gptLike.includes(modelType)) return 'plain';
  if (special.has('cls_token') && special.has('sep_token')) return 'roberta';
  return vocab.has('<s>') && vocab.has('</s>') ? 'roberta' : 'plain';
}

function marksFields(path: string, cls: NamedToken, sep: NamedToken, vocab: JsonFields) {
  return { cls: [cls.content, idAt(path, cls, vocab)], sep: [sep.content, idAt(path, sep, vocab)] };
}

function idAt(path: string, { content }: NamedToken, vocab: JsonFields): unknown {
  if (!vocab.has(content)) throw new FormatError(`${path} must hold the special token ${quoted(content)}`);
  return vocab.get(content);
}

function bosTemplate(path: string, bos: NamedToken, vocab: JsonFields) {
  const id = bos.content;
  const [mark, a, b] = [{ SpecialToken: { id } }, { Sequence: { id: 'A' } }, { Sequence: { id: 'B' } }];
  return {
    type: 'TemplateProcessing',
    single: [mark, a],
    pair: [mark, a, mark, b],
    special_tokens: { [id]: { ids: [idAt(path, bos, vocab)] } },
  };
}

/** The special tokens that have an id, then those of added_tokens.json. */
function addedTokens(marks: readonly NamedToken[], vocab: JsonFields, more: JsonFields) {
  const idOf = (content: string) => vocab.get(content) ?? more.get(content);
  const known = marks.filter(({ content }) => idOf(content) !== undefined);
  const listed = new Set(known.map(({ content }) => content));
  return [
    ...known.map(({ content, lstrip }) => ({ content, lstrip, id: idOf(content), special: true, normalized: false })),
    ...[...more]
      .filter(([content]) => !listed.has(content))
      .map(([content, id]) => ({ content, id, normalized: true })),
  ];
}

function mergesOf(path: string): string[] {
  return linesOf(path).filter((line) => line !== '' && !line.startsWith('#version'));
}

function linesOf(path: string): string[] {
  fileSize(path);
  const lines = orUnreadable(path, () => readFileSync(path, 'utf8')).split(/\r\n?|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
