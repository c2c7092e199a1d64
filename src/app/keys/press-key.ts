import type { KeyPress } from '../../terminal/input/key-name.ts';
import type { Controller } from '../controller-type.ts';
import { editorAction } from '../editor-keys.ts';
import { bindingsIn } from './bindings.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { watchKey } from './key-followed.ts';
import { unboundKey } from './unbound-key.ts';

/** Runs the binding of a key, or says why it cannot act; false: the key means nothing here, which it says. */
export function pressKey(controller: Controller, press: KeyPress): boolean {
  const { message } = controller;
  message.value = null;
  // Esc stops a computation first; only the next Esc changes the focus.
  if (press.name === 'escape' && controller.stop()) return true;
  const isInPanes = controller.focus.peek() === 'panes';
  const own = isInPanes ? bindingsIn(controller.explorer.inputs.pane.peek()) : inputBindings;
  const binding = [...globalBindings, ...own].find(({ keys }) => keys.includes(press.name));
  if (binding !== undefined) {
    const problem = binding.problem?.(controller) ?? null;
    const movedKey = watchKey(controller);
    if (problem === null) binding.run(controller);
    else controller.say(problem);
    message.value ??= movedKey();
    return true;
  }
  const action = isInPanes ? null : editorAction(press);
  if (action !== null) controller.edit(action);
  else if (press.name !== 'unknown') message.value = unboundKey(press.name, isInPanes);
  return action !== null;
}
