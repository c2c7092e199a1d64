import type { Binding } from './pane.ts';

export const lookAtHead: Binding = {
  keys: ['enter'],
  label: 'Enter',
  hint: 'Enter look',
  does: 'show the attention of the selected head',
  run: (c) => c.showPane('attention'),
};
