const fields = 'input, select, textarea, [contenteditable]';
/** They have a use of their own for keys, Escape first of all. */
const openAbove = 'dialog[open], :popover-open';

/** Whether a key press is meant for the page: none of a field, a dialog or a browser's own shortcut, and unused so far. */
export function isForPage(event: KeyboardEvent): boolean {
  const { altKey, ctrlKey, metaKey, defaultPrevented, isComposing } = event;
  if (altKey || ctrlKey || metaKey || defaultPrevented || isComposing) return false;
  const path = event.composedPath().filter(target => target instanceof Element);
  return !path.some(element => element.matches(fields) || element.matches(openAbove));
}
