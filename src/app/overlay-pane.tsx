import type { Paint } from '../terminal/paint.ts';
import { Pane } from '../terminal/pane.tsx';
import type { Frame, Overlay } from './frame.ts';
import { boxSize } from './overlay-keys.ts';

export interface OverlayPaneProps {
  readonly frame: Frame;
  readonly overlay: Overlay;
  readonly paint: Paint;
}

/** The box over the panes. */
export function OverlayPane({ frame, overlay, paint }: OverlayPaneProps) {
  const { body } = frame.view.arrangement;
  const size = boxSize(frame);
  return (
    <Pane name="overlay" title={overlay.title(size)} rect={body} rows={overlay.rows(size)} isFocused paint={paint} />
  );
}
