// Lays out graphs in a thread of its own, so that the window answers meanwhile.
import { layout } from './layout';
import type { Asked, Answered } from './placing.svelte';

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  const answer: Answered = { turn: data.turn, places: layout(data.steps, data.lanes, data.pane) };
  self.postMessage(answer);
};
