import { umt5 } from './definitions/t5.ts';
import { compareSeq2Seq } from './support/compare-seq2seq.ts';

compareSeq2Seq(umt5);
