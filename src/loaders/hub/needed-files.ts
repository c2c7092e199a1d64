/** Files of a repository for its tokenizer. */
export const tokenizerFiles: readonly string[] = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
];

export const configFiles: readonly string[] = ['config.json', 'generation_config.json'];

/** Why a folder with these files has no readable tokenizer, in one line; undefined where it has one. */
export function tokenizerProblem(names: { has(name: string): boolean }): string | undefined {
  const isThere = names.has('tokenizer.json') || names.has('vocab.txt');
  if (isThere || (names.has('vocab.json') && names.has('merges.txt'))) return undefined;
  const model = sentencePieceModels.find((name) => names.has(name));
  if (model === undefined) return 'no tokenizer (tokenizer.json, vocab.txt, or vocab.json with merges.txt)';
  return `only a SentencePiece model (${model}), no tokenizer.json: make one with save_pretrained of AutoTokenizer`;
}

/** File names of SentencePiece models. */
export const sentencePieceModels = [
  'spiece.model',
  'sentencepiece.bpe.model',
  'tokenizer.model',
  'spm.model',
  'source.spm',
];
