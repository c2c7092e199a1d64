import { Pane, type PaneProps } from './pane.tsx';

/** A framed box in front of the panes. */
export function OverlayBox(props: Omit<PaneProps, 'name' | 'isFocused'>) {
  return <Pane name="overlay" isFocused {...props} />;
}
