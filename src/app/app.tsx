import type { ReadonlySignal } from '@preact/signals-core';
import { Box, Text, useInput, usePaste } from 'ink';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { cleanText } from '../explorer/editor/clean-text.ts';
import type { EditorState } from '../explorer/editor/editor-state.ts';
import { visibleSlice } from '../explorer/editor/visible-slice.ts';
import { minimumColumns, minimumRows } from '../panes/frame/layout.ts';
import { type Cell, cell, type Row } from '../panes/kit/cells.ts';
import { keyName } from '../terminal/input/key-name.ts';
import type { Paint } from '../terminal/paint.ts';
import { Pane } from '../terminal/pane.tsx';
import { RowsCanvas } from '../terminal/rows-canvas.tsx';
import { SentenceLine } from '../terminal/sentence-line.tsx';
import { wrapWords } from '../text/fitted-text.ts';
import { widthOf } from '../text/graphemes.ts';
import type { Controller } from './controller-type.ts';
import { exampleSentences } from './example-sentences.ts';
import type { Frame } from './frame.ts';
import { keyOf } from './keys/bindings.ts';
import { bottomRows } from './keys/hints.ts';
import { modeOf } from './keys/modes.ts';
import { pressKey } from './keys/press-key.ts';
import { pressOverlayKey } from './overlay-keys.ts';
import { OverlayPane } from './overlay-pane.tsx';
import { useSignal } from './use-signal.ts';

export interface AppProps {
  readonly controller: Controller;
  readonly paint: ReadonlySignal<Paint>;
  /** Shows the terminal's cursor at a cell, or hides it. */
  readonly setCursor: (place: { x: number; y: number } | null) => void;
}

const promptWidth = 3;

/** Follows an offered sentence. */
const offerNote = '   a typed letter replaces this';

/** The whole screen: title, sentence, tokens, panes, selection and keys. */
export function App({ controller, paint: shownPaint, setCursor }: AppProps) {
  const frame = useSignal(controller.frame);
  const paint = useSignal(shownPaint);
  const { inputs } = controller.explorer;
  const columns = inputs.columns.peek();
  const rows = inputs.rows.peek();
  const { view, editor, otherEditor, targetEditor, isOffered, focus, overlay } = frame;
  useInput((input, key) => {
    const press = keyName(input, key);
    const open = controller.overlay.peek();
    if (open === null) pressKey(controller, press);
    else pressOverlayKey(controller, open, press);
  });
  usePaste((text) => {
    const open = controller.overlay.peek();
    if (open !== null) pressOverlayKey(controller, open, { name: 'paste', text: cleanText(text) });
    else if (controller.focus.peek() !== 'panes') controller.edit({ type: 'paste', text });
    else controller.say('text is pasted only into a sentence: {sentence} leads there');
  });
  const slice = useSlice(editor, columns);
  const hasOffer = isOffered && focus === 'other' && overlay === null && otherEditor?.text !== '';
  const otherSlice = useSlice(otherEditor ?? editor, columns - (hasOffer ? widthOf(offerNote) : 0));
  const targetSlice = useSlice(targetEditor ?? editor, columns);
  const titleRows = useMemo(() => [view.title], [view.title]);
  const isTooSmall = view.arrangement.kind === 'none';
  const isTyping = focus !== 'panes' && overlay === null && !isTooSmall;
  const { caretCell } = focus === 'target' ? targetSlice : focus === 'other' ? otherSlice : slice;
  const linesAbove = 1 + (focus === 'other' || (focus === 'target' && otherEditor !== null) ? 1 : 0);
  useLayoutEffect(() => {
    setCursor(isTyping ? { x: promptWidth + caretCell, y: linesAbove + (focus === 'target' ? 1 : 0) } : null);
  });
  if (isTooSmall) return <TooSmall mode={modeOf(frame)} columns={columns} rows={rows} />;
  const { body, tokenLines } = view.arrangement;
  const bottom = bottomRows(controller, frame, { widthCells: columns, ascii: paint.ascii });
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <RowsCanvas id="title" rows={titleRows} widthCells={columns} heightCells={1} paint={paint} />
      <SentenceLine
        {...slice}
        prompt={otherEditor === null ? '›' : 'A'}
        isFocused={isTyping && focus === 'input'}
        invitation={isTyping ? 'type a sentence' : `${keyOf('sentence')}: type a sentence`}
        paint={paint}
      />
      {otherEditor === null ? null : (
        <SentenceLine
          {...otherSlice}
          prompt="B"
          isFocused={isTyping && focus === 'other'}
          note={hasOffer ? offerNote : ''}
          invitation={
            focus === 'other'
              ? 'type the second sentence'
              : `${keyOf(focus === 'panes' ? 'second-line' : 'next-line')}: the second sentence, to compare with the first`
          }
          paint={paint}
        />
      )}
      {targetEditor === null ? null : (
        <SentenceLine
          {...targetSlice}
          prompt="→"
          isFocused={isTyping && focus === 'target'}
          invitation={`${focus === 'panes' ? `${keyOf('sentence')} ` : ''}${keyOf('next-line')}: what the decoder reads, after its start token`}
          paint={paint}
        />
      )}
      <RowsCanvas id="tokens" rows={view.tokens} widthCells={columns} heightCells={tokenLines} paint={paint} />
      <Box height={body.heightCells} />
      {view.changes === null ? null : (
        <RowsCanvas id="interventions" rows={view.changes} widthCells={columns} heightCells={1} paint={paint} />
      )}
      <RowsCanvas id="status" rows={bottom.slice(0, 2)} widthCells={columns} heightCells={2} paint={paint} />
      <RowsCanvas id="keys" rows={bottom.slice(2)} widthCells={columns} heightCells={1} paint={paint} />
      <Body frame={frame} paint={paint} />
    </Box>
  );
}

/** The part of an edited text that fits, scrolling no more than the caret needs. */
function useSlice(editor: EditorState, columns: number) {
  const firstShown = useRef(0);
  const slice = visibleSlice(editor, columns - promptWidth - 1, firstShown.current);
  firstShown.current = slice.start;
  return slice;
}

function Body({ frame, paint }: { frame: Frame; paint: Paint }) {
  const { view, focus, overlay } = frame;
  const { body } = view.arrangement;
  const isWaiting = view.isWaiting;
  const welcomeRows = useMemo(() => (isWaiting ? waiting : welcome(body.widthCells)), [isWaiting, body.widthCells]);
  const stale = useMemo(() => ({ ...paint, isStale: true }), [paint]);
  if (overlay !== null) return <OverlayPane frame={frame} overlay={overlay} paint={paint} />;
  if (view.isEmpty) {
    return (
      <Box position="absolute" left={0} top={body.y}>
        <RowsCanvas
          id="welcome"
          rows={welcomeRows}
          widthCells={body.widthCells}
          heightCells={body.heightCells}
          paint={paint}
        />
      </Box>
    );
  }
  return view.panes.map((pane) => (
    <Pane
      key={pane.name}
      name={pane.name}
      title={pane.title}
      rect={pane.rect}
      rows={pane.rows}
      isFocused={pane.isMain && focus === 'panes'}
      paint={view.isStale ? stale : paint}
    />
  ));
}

/** Shown until the first numbers are there. */
const waiting: Row[] = [[], [cell('   Computing the first numbers of this model. You can go on typing.')]];

const invitation =
  'As you type, a real trained model computes its tokens, Q, K, V, every attention weight and the resulting vectors.';

/** Shown in place of the panes while there is no text. */
function welcome(widthCells: number): Row[] {
  return [
    [],
    [cell('   Type a sentence.', 'strong')],
    ...wrapWords(invitation, Math.min(76, widthCells - 6)).map((line): Row => [cell(`   ${line}`)]),
    [],
    ...exampleSentences.map((text, index): Row => [keyCell(`sentence-${index + 1}`), cell(text)]),
    [keyCell('example-anywhere'), cell('the worked example of the lesson: please study man')],
    [],
    [cell(`   ${keyOf('help-anywhere')}  help   ${keyOf('palette-anywhere')}  all actions`, 'dim')],
    [cell(`   ${keyOf('panes')}, then ${keyOf('example')}  the worked example, where Alt does not work`, 'dim')],
  ];
}

function keyCell(action: string): Cell {
  return cell(`   ${keyOf(action)}  `, 'strong');
}

function TooSmall({ mode, columns, rows }: { mode: string; columns: number; rows: number }) {
  return (
    <Text wrap="wrap">
      <Text bold inverse>{` ${mode} `}</Text> attnscope needs {minimumColumns} columns and {minimumRows} rows; here are{' '}
      {columns} and {rows}. Enlarge the window, or press {keyOf('leave')} to leave.
    </Text>
  );
}
