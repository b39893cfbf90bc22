// The signs of a step as they are painted: much the same as on its element.
import type { Colours } from './ink';
import type { Placed } from './layout';
import { MARKS, type Mark } from './marks';
import { NODE_WIDTH } from './sizes';

const RADIUS = 5.5;
/** From the middle of a sign to that of the next one beside it, and below it. */
const BESIDE = 18;
const BELOW = 17;

/** Draws the mark on a card, where its element has it, with the number of problems where there are several. */
export function markCard(context: CanvasRenderingContext2D, node: Placed, count: number, ink: Colours) {
  const [x, y] = [node.x + NODE_WIDTH - 15.5, node.y + 16];
  context.strokeStyle = context.fillStyle = ink['state-bad'];
  context.lineWidth = 1.2;
  context.beginPath();
  context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.stroke();
  context.fillRect(x - 0.6, y - 2.7, 1.2, 3);
  context.fillRect(x - 0.6, y + 1.4, 1.2, 1.3);
  if (count === 1) return;
  context.textAlign = 'right';
  context.fillText(String(count), x - RADIUS - 4, y);
  context.textAlign = 'left';
}

/** Draws the signs on a card, from the right; the first place is taken where `wrong` problems have theirs. */
export function signCard(
  context: CanvasRenderingContext2D,
  node: Placed,
  marks: Mark[],
  columns: number,
  wrong: number,
  ink: Colours,
) {
  context.lineWidth = 1.2;
  for (let at = 0; at < marks.length; at++) {
    const place = at + (wrong > 0 ? 1 : 0);
    const aside = place < columns && wrong > 1 ? 12 : 0;
    const x = node.x + NODE_WIDTH - 15.5 - (place % columns) * BESIDE - aside;
    const y = node.y + 16 + Math.floor(place / columns) * BELOW;
    const { tint } = MARKS[marks[at]!];
    context.strokeStyle = tint === 'idle' ? ink['text-soft'] : ink[`state-${tint}`];
    context.beginPath();
    trace(context, marks[at]!, x, y);
    context.stroke();
  }
}

/** Leads the pen along a sign around its middle. */
function trace(pen: CanvasRenderingContext2D, mark: Mark, x: number, y: number) {
  const line = (...points: number[]) => {
    pen.moveTo(x + points[0]!, y + points[1]!);
    for (let at = 2; at < points.length; at += 2) pen.lineTo(x + points[at]!, y + points[at + 1]!);
  };
  switch (mark) {
    case 'destructive':
      line(0, -5, 5.5, 4.5, -5.5, 4.5, 0, -5);
      return line(0, -2, 0, 2.5);
    case 'downtime':
      line(-5.5, 5.5, -3.2, 3.2);
      line(-5, 0.5, -0.5, 5);
      pen.quadraticCurveTo(x - 3.5, y + 6, x - 5, y + 3.5);
      pen.quadraticCurveTo(x - 6, y + 1.5, x - 5, y + 0.5);
      line(5.5, -5.5, 3.2, -3.2);
      line(5, -0.5, 0.5, -5);
      pen.quadraticCurveTo(x + 3.5, y - 6, x + 5, y - 3.5);
      pen.quadraticCurveTo(x + 6, y - 1.5, x + 5, y - 0.5);
      line(-2.8, 1.2, -1, -0.6);
      return line(-1.2, 2.8, 0.6, 1);
    case 'return':
      return line(-4, 5.5, -4, -5, 4.5, -4.5, 4.5, 1, -4, 1);
    case 'noUndo':
      line(-5, -4.5, -5, 4.5);
      line(-2, 0, 5.5, 0);
      return line(2.5, -3, 5.5, 0, 2.5, 3);
    case 'repeatable':
      line(-5, -0.5, -5, -3, 5, -3);
      line(3, -5, 5, -3, 3, -1);
      line(5, 0.5, 5, 3, -5, 3);
      return line(-3, 1, -5, 3, -3, 5);
  }
}

/** Draws the sign into the box that a step is from afar, in the colour that is set. */
export function markBox(context: CanvasRenderingContext2D, { x, y, height }: Placed) {
  const middle = x + NODE_WIDTH / 2;
  const top = y + height / 2 - 28;
  context.fillRect(middle - 6, top, 12, 36);
  context.fillRect(middle - 6, top + 44, 12, 12);
}
