import type { HelpSection } from '../panes/frame/help-view.ts';

/** The terms on the screen, in the order of the computation. */
export const glossary: HelpSection = {
  title: 'words',
  entries: [
    { keys: 'token', does: 'a piece of the text that the model has a vector for; with its position, from 0' },
    { keys: 'layer, head', does: 'a layer attends with several heads at once, each with matrices of its own' },
    { keys: 'query, key', does: 'the token that asks, a row; the token that answers, a column' },
    { keys: 'Q, K, V', does: 'x·W_Q, x·W_K, x·W_V: what a token looks for, what it offers, what it passes on' },
    { keys: 'd_k, d_v', does: 'how many numbers a query or key, and a value, has in one head' },
    { keys: 'score', does: 'q·k, the sum of products of a query and a key' },
    {
      keys: 'scaled score',
      does: 'the score ÷ √d_k in most models, so that the softmax stays soft (Vaswani et al. 2017)',
    },
    { keys: 'mask', does: '−∞ in place of a score that may not count, such as that of a later token' },
    { keys: 'weight', does: 'softmax of the scaled scores of a row: from 0 to 1, a row sums to 1' },
    { keys: 'context', does: 'Σ weight × value: the vector of a token that leaves the head' },
    { keys: 'concat, W_O', does: "the heads' contexts side by side, and the matrix that mixes them" },
    { keys: 'residual', does: 'what enters a layer, added to what its attention gives' },
    { keys: 'entropy', does: 'how evenly a row is spread: 0 one key, 1 all visible keys alike' },
    { keys: 'sink', does: 'a first token or separator that takes attention which is needed nowhere' },
    { keys: 'rollout', does: 'weights of all layers multiplied, half of each for the residual (Abnar & Zuidema 2020)' },
    { keys: 'change', does: 'of a head, between sentences or runs: half the sum of |differences| of a row, 0 to 1' },
    { keys: 'effect', does: 'of a head: what its being off does to the result that is looked at' },
    { keys: 'baseline', does: 'cosine of other tokens, without which a cosine says little (Ethayarajh 2019)' },
    { keys: 'shuffled', does: 'the same word among the same words in a random order: what order adds' },
    { keys: '‖α·f(x)‖', does: 'length of the weighted value after W_O: what is really moved (Kobayashi et al. 2020)' },
  ],
};

/** What a picture of attention does not show. */
export const caveat: HelpSection = {
  title: 'what attention does not say',
  entries: [
    {
      keys: '',
      does: 'Where a head looks is not why a model decides: other weights can give the same answer (Jain & Wallace 2019), and whether weights explain depends on what is asked (Wiegreffe & Pinter 2019).',
    },
    {
      keys: '',
      does: 'A weight says how much of a value is taken, not how large that value is, and what passes by on the residual is not in it.',
    },
  ],
};
