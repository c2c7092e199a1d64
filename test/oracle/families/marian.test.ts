import { marian } from './definitions/bart.ts';
import { compareSeq2Seq } from './support/compare-seq2seq.ts';

compareSeq2Seq(marian);
