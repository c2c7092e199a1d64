import type { Frame, Overlay } from '../frame.ts';

interface OverlayWords {
  /** Its name in the badge. */
  readonly mode: string;
  /** Its keys in the line at the bottom. */
  readonly hints: readonly string[];
}

/** What the line at the bottom says of each box over the panes. */
export const overlays: Readonly<Record<Overlay['kind'], OverlayWords>> = {
  help: { mode: 'HELP', hints: ['↑↓ scroll', 'Esc close'] },
  models: { mode: 'MODELS', hints: ['type to filter', '↑↓ choose', 'Enter open', 'Esc close'] },
  scale: { mode: 'FACTOR', hints: ['type a number', 'Enter set', 'Esc close'] },
  edit: {
    mode: 'NUMBER',
    hints: ['type a number', 'Enter set', 'Enter in an empty field: as computed', 'Esc close'],
  },
  state: { mode: 'COMMAND', hints: ['Esc close'] },
};

/** Where keys go, in words; while typing it names the line if there are several. */
export function modeOf({ overlay, focus, otherEditor, targetEditor }: Frame): string {
  if (overlay !== null) return overlays[overlay.kind].mode;
  if (focus === 'panes') return 'PANES';
  if (otherEditor === null && targetEditor === null) return 'TYPING';
  return `TYPING ${{ input: otherEditor === null ? 'SENTENCE' : 'A', other: 'B', target: 'DECODER' }[focus]}`;
}
