export const panes: import('./kit/pane.ts').Pane[] = [];
