import { describe, expect, it } from 'vitest';
import { shiftBetween, uncovered } from '../src/parts/graph/painter';

describe('a picture that moved', () => {
  const frame = (x: number, y: number, zoom = 1) => ({
    width: 300,
    height: 200,
    ratio: 2,
    view: { x, y, zoom },
  });

  it('is shifted by whole pixels only, at the same scale, and not when little of it stays', () => {
    expect(shiftBetween(frame(10, 5), frame(13, -2.5), 'exactly')).toEqual({ x: 6, y: -15 });
    expect(shiftBetween(frame(10, 5), frame(10.2, 5), 'exactly')).toBeNull();
    expect(shiftBetween(frame(10, 5), frame(12.9, 5.2), 'near enough')).toEqual({ x: 6, y: 0 });
    expect(shiftBetween(frame(0, 0), frame(0, 0, 1.01), 'near enough')).toBeNull();
    expect(shiftBetween(frame(0, 0), frame(80, 0), 'near enough')).toBeNull();
  });

  it('leaves exactly the pixels to be drawn that nothing was shifted to', () => {
    for (const shift of [
      { x: 3, y: 4 },
      { x: -3, y: 4 },
      { x: 3, y: -4 },
      { x: -3, y: -4 },
      { x: 0, y: 5 },
      { x: -6, y: 0 },
    ]) {
      const drawn = Array.from({ length: 20 }, () => new Array<number>(30).fill(0));
      for (const { left, top, right, bottom } of uncovered(shift, 30, 20))
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) drawn[y]![x]!++;
      for (let y = 0; y < 20; y++)
        for (let x = 0; x < 30; x++) {
          const from = { x: x - shift.x, y: y - shift.y };
          const covered = from.x >= 0 && from.x < 30 && from.y >= 0 && from.y < 20;
          expect(drawn[y]![x]).toBe(covered ? 0 : 1);
        }
    }
  });
});
