import type { Frame } from '../frame.ts';

/** Where keys go, in words; while typing it names the line if there are several. */
export function modeOf({ overlay, focus, otherEditor, targetEditor }: Frame): string {
  if (overlay !== null) return overlay.mode;
  if (focus === 'panes') return 'PANES';
  if (otherEditor === null && targetEditor === null) return 'TYPING';
  return `TYPING ${{ input: otherEditor === null ? 'SENTENCE' : 'A', other: 'B', target: 'DECODER' }[focus]}`;
}
