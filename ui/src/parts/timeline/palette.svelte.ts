// The colours of a canvas: it does not follow the style sheet, so they are read again when the look changes.
import { coloursOf, type Colours } from './colours';

export class Palette {
  colours: Colours | null = $state.raw(null);

  /** Reads the tokens that hold for what `element` returns. To be made where effects may be. */
  constructor(element: () => Element | undefined) {
    $effect(() => {
      const here = element();
      if (!here) return;
      const read = () => (this.colours = coloursOf(here));
      read();
      const watch = new MutationObserver(read);
      watch.observe(document.documentElement, { attributes: true });
      const looks = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) =>
        matchMedia(query),
      );
      looks.forEach((look) => look.addEventListener('change', read));
      return () => {
        watch.disconnect();
        looks.forEach((look) => look.removeEventListener('change', read));
      };
    });
  }
}

/** Gives a canvas the size it has in pixels of the style sheet, and returns a pen that counts in those. */
export function penOf(
  canvas: HTMLCanvasElement,
  wide: number,
  high: number,
): CanvasRenderingContext2D | null {
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(wide * ratio), Math.round(high * ratio)];
  // Giving a canvas its size clears it and allocates it anew.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}
