// Sessions, newest first, a page at a time.
import { asProblem, listSessions } from '../ipc';
import type { Problem, SessionLine } from '../ipc/types';

const PAGE = 50;

export class History {
  sessions: SessionLine[] | null = $state.raw(null);
  problem: Problem | null = $state(null);
  loading = $state(false);
  ended = $state(false);

  async list() {
    await this.#page(null);
  }

  async more() {
    const last = this.sessions?.[this.sessions.length - 1];
    if (last && !this.ended && !this.loading) await this.#page(last.id);
  }

  async #page(before: string | null) {
    this.loading = true;
    try {
      const page = await listSessions(before);
      this.sessions = before === null ? page : [...(this.sessions ?? []), ...page];
      this.ended = page.length < PAGE;
      this.problem = null;
    } catch (error) {
      this.sessions ??= [];
      this.problem = asProblem(error);
    } finally {
      this.loading = false;
    }
  }
}
