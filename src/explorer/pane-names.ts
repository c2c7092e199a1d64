import type { Need } from '../run/run.ts';
export const paneNames = ['attention','qkv','scores','context','heads','trace','steps','grid','roles','mix','curves','pair','word','changes','sweep'] as const;
export type PaneName = (typeof paneNames)[number];
export const corePanes: readonly PaneName[] = [];
export const panesOfTwo: ReadonlySet<PaneName> = new Set<PaneName>([]);
export const paneViews = {} as Record<PaneName, string>;
export const paneNeeds: Readonly<Partial<Record<PaneName, readonly Need[]>>> = {};
