// Text that scrolls within its card: the keyboard gets into it where it does not fit, and is spared it where it does.

/** Makes an element reachable by the keyboard while its text is taller than it. */
export function reachable(node: HTMLElement) {
  const look = () => {
    if (node.scrollHeight > node.clientHeight + 1) node.tabIndex = 0;
    else node.removeAttribute('tabindex');
  };
  const watch = new ResizeObserver(look);
  watch.observe(node);
  for (const child of node.children) watch.observe(child);
  look();
  return () => watch.disconnect();
}
