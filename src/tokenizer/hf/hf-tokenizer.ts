import type { Encoding, Token, Tokenizer } from '../token.ts';
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

/** A tokenizer as a tokenizer.json describes it; `tokenize` is `encode` of one text. */
export interface HfTokenizer extends Required<Tokenizer> {
  /** Ids of the special tokens. */
  readonly specialTokenIds: ReadonlySet<number>;
}

/** Makes the tokenizer of a tokenizer.json: text → split at added tokens → normalizer → pre-tokenizer → model →
 *  post-processor. Every step keeps each character's origin in the text. The steps reproduce the ids and spans of Hugging
 *  Face's Rust library (0.23). From @huggingface/tokenizers 0.2, which gives no spans, we use the translation of regular
 *  expressions and the decoders that agree. Its other steps differ from the Rust library:
 *  - Precompiled is NFKC with exceptions, not the file's own map; Nmt, ByteLevel as a normalizer and WordLevel are missing;
 *  - BERT's normalizer puts no spaces around Chinese characters above U+FFFF; its lower case has a final sigma;
 *  - white space includes U+FEFF and excludes U+0085; Whitespace and Digits match only ASCII letters and digits;
 *  - Punctuation ignores its behaviour, Split has two of the five, Metaspace does not split;
 *  - it ignores single_word, and merges two added tokens that only normalisation makes equal;
 *  - Unigram has no byte_fallback, BPE no continuing_subword_prefix;
 *  - RobertaProcessing gives the second text token type 1 instead of 0;
 *  - ByteFallback decodes an invalid sequence to one U+FFFD, not one per byte;
 *  - it accepts merges of tokens that are not in the vocabulary.
 *  We differ from the Rust library in one place: when a BPE model without unk_token drops characters, the later spans do not
 *  shift. Two rare differences remain: characters newer than Unicode 9, which are no punctuation or marks in the Rust library,
 *  and ſ as the upper case of S in `(?i:…)`.
 *  maskToken: content of the mask token, if another file names it.
 *  @throws TokenizerFormatError when the fields do not describe a tokenizer. */
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
  // Like the Rust library, decodes an added token that matches normalised text to its normalised form.
  const decodedForms = new Map(
    added.filter(({ normalized }) => normalized).map(({ id, content }) => [id, normalize(alignText(content)).text]),
  );
  const specialTokenIds = new Set(added.filter(({ special }) => special).map(({ id }) => id));
  const vocabSize = added.reduce((size, { id }) => Math.max(size, id + 1), model.vocabulary.size);

  const maskTokens = maskToken === null ? ['[MASK]', '<mask>'] : [maskToken];
  const idOf = (token: string) => added.find(({ content }) => content === token)?.id ?? model.vocabulary.idOf(token);
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
  const encode = (text: string, pair: string | null = null): Encoding & { tokens: Token[] } => {
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
    maskTokenId: maskTokens.map(idOf).find(isId) ?? null,
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
