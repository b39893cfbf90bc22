// Writing the timeline of the open plan as a file.
import { asProblem, drawTimeline, writePicture, writeTimeline } from '../ipc';
import type { Existing, Problem, Written } from '../ipc/types';
import { count } from '../words/format';

export const FORMATS = ['svg', 'png', 'mmd', 'csv', 'ics'] as const;
export type Format = (typeof FORMATS)[number];

/** Pixels a side and in all that a web view draws on. */
const SIDE = 16_000;
const AREA = 120_000_000;
/** Below this the letters of a picture cannot be read. */
const LEGIBLE = 0.75;

/** Returns the format that the end of a file's name asks for. */
export function formatOf(file: string): Format | null {
  const suffix = /\.([a-z]+)$/i.exec(file.trim())?.[1]?.toLowerCase();
  return FORMATS.find((format) => format === suffix) ?? null;
}

export class TimelineExport {
  refusal: Problem | null = $state.raw(null);

  /** Writes the file; `null` when it was refused, and `refusal` says why. */
  async write(plan: string, file: string, existing: Existing): Promise<Written | null> {
    this.refusal = null;
    try {
      if (formatOf(file) !== 'png') return await writeTimeline(plan, file.trim(), existing);
      return await writePicture(file.trim(), existing, await picture(await drawTimeline(plan)));
    } catch (error) {
      this.refusal = asProblem(error);
      return null;
    }
  }
}

/** Says why a drawing this high is no picture. */
function tooLong(height: number, scale: number): Problem {
  return {
    code: 'picture-too-long',
    message: `Nothing was written. As a picture the timeline would be ${count(Math.round(height))} pixels high; the limit is ${count(SIDE)}, and shrunk to ${Math.round(scale * 100)} % nobody could read it.`,
    hint: 'Write it as SVG, which stays sharp at any size.',
    line: null,
    column: null,
  };
}

/** Draws an SVG as PNG, twice as fine as it is on the screen, or as fine as there is room for. */
async function picture(svg: string): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(2, SIDE / width, SIDE / height, Math.sqrt(AREA / (width * height)));
  if (scale < LEGIBLE) throw tooLong(height, scale);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext('2d');
  pen?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!pen || !blob) throw new Error('The picture could not be drawn; write it as SVG.');
  return new Uint8Array(await blob.arrayBuffer());
}
