import type { Token, Tokenizer } from '../token.ts';
import { addedTokensAt, createSegmenter, type Segment, withModelIds } from './added-tokens.ts';
import { alignText } from './aligned-text.ts';
import { createDecoder } from './decoders.ts';
import { type Fields, isId, TokenizerFormatError } from './json-fields.ts';
import type { TokenModel } from './model.ts';
import { createModel } from './models.ts';
import { createNormalizer } from './normalizers.ts';
import { createPostProcessor, type TemplateItem } from './post-processors.ts';
import { createPreTokenizer, type PreTokenizer } from './pre-tokenizers.ts';
import { type Piece, trimSpans } from './trim-spans.ts';

/** What a model reads. */
export interface Encoded {
  readonly tokens: Token[];
  /** Token type of each token (BERT's segment, 0 or 1). */
  readonly typeIds: number[];
  /** How many special tokens end the sequence. */
  readonly closing: number;
}

/** A tokenizer as a tokenizer.json describes it. */
export interface HfTokenizer extends Tokenizer {
  /** Ids of the special tokens. */
  readonly specialTokenIds: ReadonlySet<number>;
  /** Id of the token that stands for a word to be guessed. */
  readonly maskTokenId: number | null;
  /** Tokens with the special tokens around them; `tokenize` is this without a second text. */
  encode(text: string, pair?: string | null): Encoded;
  /** Tokens without special tokens around them; those written in the text are there. */
  encodePlain(text: string): Token[];
  /** The text of the ids; ids that no token has are left out. */
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
}

/** Makes the tokenizer of a tokenizer.json: text → added tokens apart → normalizer → pre-tokenizer → model → post-processor,
 *  with each character's origin in the text kept all the way. The steps follow Hugging Face's Rust library (0.23), whose spans
 *  it reproduces. @huggingface/tokenizers 0.2, which gives no spans, translates the regular expressions and decodes; its
 *  other steps are not used, for they differ from the Rust library, and so from what the models were trained with:
 *  - Precompiled is NFKC with exceptions, not the file's own character map; Nmt, ByteLevel as normalizer, WordLevel are unknown;
 *  - Chinese characters outside the BMP get no spaces, \s takes U+FEFF for white space and U+0085 not, \w and \d are ASCII;
 *  - lower case has a final sigma;
 *  - Punctuation and Digits ignore the behaviour, Split knows two behaviours of five, Metaspace ignores split and does
 *    not see where the text begins;
 *  - white space beside an lstrip token is lost to earlier tokens, single_word is ignored, added tokens do not win by length
 *    where a shorter one starts earlier inside another's normalised form;
 *  - Unigram has no byte_fallback; BPE knows no continuing_subword_prefix and spells unknown characters after merging;
 *  - RobertaProcessing gives the second text token type 1, where it is 0;
 *  - merges of tokens that are not in the vocabulary, and steps without what they need, pass.
 *  maskToken: content of the mask token where another file names it.
 *  @throws TokenizerFormatError where the fields describe no tokenizer. */
export function createHfTokenizer(fields: Fields, maskToken: string | null = null): HfTokenizer {
  const listed = addedTokensAt(fields.added_tokens);
  const model = createModel(fields.model, (token) => listed.find(({ content }) => content === token)?.id);
  const added = withModelIds(listed, model.vocabulary);
  const normalize = createNormalizer(fields.normalizer);
  const segmentsOf = createSegmenter(added, normalize);
  const preTokenize = createPreTokenizer(fields.pre_tokenizer);
  const { template, trims } = createPostProcessor(fields.post_processor);
  const decodeTokens = createDecoder(fields.decoder);
  const addedById = new Map(added.map((token) => [token.id, token]));
  // The Rust library decodes an added token that is looked for in normalised text to what it is there.
  const decodedForms = new Map(
    added.filter(({ normalized }) => normalized).map(({ id, content }) => [id, normalize(alignText(content)).text]),
  );
  const specialTokenIds = new Set(added.filter(({ special }) => special).map(({ id }) => id));
  const vocabSize = added.reduce((size, { id }) => Math.max(size, id + 1), model.vocabulary.size);

  const textOf = (id: number) => addedById.get(id)?.content ?? model.vocabulary.tokenOf(id);
  for (const id of [...template.single, ...template.pair].flatMap((item) => ('ids' in item ? item.ids : []))) {
    if (textOf(id) === undefined)
      throw new TokenizerFormatError(`post_processor adds the id ${id}, which no token has`);
  }
  const toToken = ({ id, start, end }: Piece): Token => ({ id, text: textOf(id)!, start, end });
  const encodePlain = (text: string): Token[] => {
    const pieces = segmentsOf(text.toWellFormed()).flatMap((segment) => piecesOf(segment, preTokenize, model));
    return trims.reduce<readonly Piece[]>((trimmed, prefixed) => trimSpans(trimmed, prefixed), pieces).map(toToken);
  };
  const encode = (text: string, pair: string | null = null): Encoded => {
    const items = pair === null ? template.single : template.pair;
    const sequences = { A: encodePlain(text), B: pair === null ? [] : encodePlain(pair) };
    const tokensOf = (item: TemplateItem): Token[] => {
      if ('sequence' in item) return sequences[item.sequence];
      return item.ids.map((id) => ({ id, text: textOf(id)!, start: null, end: null }));
    };
    return {
      tokens: items.flatMap(tokensOf),
      typeIds: items.flatMap((item) => tokensOf(item).map(() => item.typeId)),
      closing: closingCount(items),
    };
  };
  return {
    vocabSize,
    specialTokenIds,
    maskTokenId: maskIdOf(
      maskToken,
      (token) => added.find(({ content }) => content === token)?.id ?? model.vocabulary.idOf(token),
    ),
    tokenize: (text) => encode(text).tokens,
    encode,
    encodePlain,
    tokenText: (id) => textOf(id) ?? '',
    decode: (ids, options) => {
      const kept = options?.skipSpecialTokens ? ids.filter((id) => !specialTokenIds.has(id)) : ids;
      return decodeTokens(kept.flatMap((id) => decodedForms.get(id) ?? textOf(id) ?? []));
    },
  };
}

function piecesOf({ source, token }: Segment, preTokenize: PreTokenizer, model: TokenModel): Piece[] {
  if (token !== null) {
    const { starts, ends, text } = source;
    return [{ id: token.id, text, start: starts[0]!, end: ends[text.length - 1]! }];
  }
  const pieces: Piece[] = [];
  for (const { text, starts, ends } of preTokenize(source)) {
    model.encode(text, (id, from, to) => {
      pieces.push({ id, text: model.vocabulary.tokenOf(id) ?? '', start: starts[from]!, end: ends[to - 1]! });
    });
  }
  return pieces;
}

function closingCount(items: readonly TemplateItem[]): number {
  let count = 0;
  for (const item of items) count = 'ids' in item ? count + item.ids.length : 0;
  return count;
}

function maskIdOf(named: string | null, idOf: (token: string) => number | undefined): number | null {
  for (const token of named === null ? ['[MASK]', '<mask>'] : [named]) {
    const id = idOf(token);
    if (isId(id)) return id;
  }
  return null;
}
