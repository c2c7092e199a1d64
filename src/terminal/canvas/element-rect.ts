import { type DOMElement, measureElement } from 'ink';
import type { Rect } from './region.ts';

/** The cells that an element covers in the last layout, cut at the right and lower edges of ancestors that hide overflow;
 *  null if it is not laid out or not shown. */
export function elementRect(element: DOMElement): Rect | null {
  if (element.yogaNode === undefined) return null;
  const { x, y, width, height } = measureElement(element);
  let right = x + width;
  let bottom = y + height;
  for (let node: DOMElement | undefined = element; node !== undefined; node = node.parentNode) {
    if (node.style.display === 'none') return null;
    const hidesX = (node.style.overflowX ?? node.style.overflow) === 'hidden';
    const hidesY = (node.style.overflowY ?? node.style.overflow) === 'hidden';
    if (!hidesX && !hidesY) continue;
    const box = measureElement(node);
    if (hidesX) right = Math.min(right, box.x + box.width);
    if (hidesY) bottom = Math.min(bottom, box.y + box.height);
  }
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}
