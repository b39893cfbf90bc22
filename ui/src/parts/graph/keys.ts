// The keys of the graph.
import type { Scene } from './scene.svelte';

const arrows = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' } as const;

/** Does what a key means while the graph has the focus. */
export function keysOf(scene: Scene, event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest('button, input, a')) return;
  if (act(scene, event.key)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function act(scene: Scene, key: string): boolean {
  const direction = arrows[key as keyof typeof arrows];
  if (direction) scene.arrow(direction);
  else if (key === 'Home') scene.edgeOfPicture('first');
  else if (key === 'End') scene.edgeOfPicture('last');
  else if (key === 'Enter' && scene.linking) scene.endLink();
  else if (key === 'Enter' && scene.selected) scene.open(scene.selected);
  else if (key === ' ' && scene.selected) scene.toggle(scene.selected);
  else if (key === 'n') scene.next(1);
  else if (key === 'N') scene.next(-1);
  else if (key === 'e' || key === 'E') scene.startLink();
  else if ((key === 'Delete' || key === 'Backspace') && scene.edge) scene.removeChosen();
  else if (key === '+' || key === '=') scene.zoom(1.25);
  else if (key === '-') scene.zoom(1 / 1.25);
  else if (key === '0') scene.fit();
  else if (key === 'm') scene.explain();
  else if (key === 'Escape') return scene.leave();
  else return false;
  return true;
}
