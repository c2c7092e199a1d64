import type { Family } from '../support/reference.ts';
import type { Seq2SeqFamily } from '../support/seq2seq.ts';
import { albert } from './albert.ts';
import { bart, m2m100, marian, mbart, pegasus } from './bart.ts';
import { debertaV2 } from './deberta-v2.ts';
import { electra } from './electra.ts';
import { modernBert } from './modernbert.ts';
import { mpnet } from './mpnet.ts';
import { camembert, data2vecText, roberta, xlmRoberta } from './roberta.ts';
import { mt5, t5, umt5 } from './t5.ts';

const encoders: readonly object[] = [
  roberta,
  xlmRoberta,
  camembert,
  data2vecText,
  albert,
  electra,
  mpnet,
  debertaV2,
  modernBert,
];
const seq2seqs: readonly object[] = [t5, mt5, umt5, bart, mbart, marian, pegasus, m2m100];

/** Each family has its own type of settings. */
export const allEncoders = encoders as readonly Family<unknown>[];
export const allSeq2Seqs = seq2seqs as readonly Seq2SeqFamily<unknown>[];
