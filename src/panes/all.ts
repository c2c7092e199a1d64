// Made by scripts/build/panes.ts from the folders of src/panes: a new pane is a folder, not a line here.
import { ablationPane } from './ablation/pane.ts';
import { attentionPane } from './attention/pane.ts';
import { changesPane } from './changes/pane.ts';
import { contextPane } from './context/pane.ts';
import { curvesPane } from './curves/pane.ts';
import { derivationPane } from './derivation/pane.ts';
import { headGridPane } from './head-grid/pane.ts';
import { headMapsPane } from './head-maps/pane.ts';
import { headScoresPane } from './head-scores/pane.ts';
import type { Pane } from './kit/pane.ts';
import { mixPane } from './mix/pane.ts';
import { qkvPane } from './qkv/pane.ts';
import { scoresPane } from './scores/pane.ts';
import { sentencesPane } from './sentences/pane.ts';
import { stepsPane } from './steps/pane.ts';
import { wordPane } from './word/pane.ts';

/** Every pane, in the order of Tab. */
export const panes: readonly Pane[] = [
  attentionPane,
  qkvPane,
  scoresPane,
  contextPane,
  headMapsPane,
  derivationPane,
  stepsPane,
  headGridPane,
  headScoresPane,
  mixPane,
  curvesPane,
  sentencesPane,
  wordPane,
  changesPane,
  ablationPane,
];
