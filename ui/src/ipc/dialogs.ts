// File dialogs and files dropped on the window.
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { getCurrentWindow } from '@tauri-apps/api/window';
import { open, save } from '@tauri-apps/plugin-dialog';

/** Asks for a plan file. */
export async function choosePlan(): Promise<string | null> {
  return await open({
    title: 'Open a plan',
    multiple: false,
    filters: [
      { name: 'Plans', extensions: ['toml'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
}

/** Asks where a new plan is written. */
export async function chooseNewPlan(name: string): Promise<string | null> {
  return await save({
    title: 'Write a new plan',
    defaultPath: name,
    filters: [{ name: 'Plans', extensions: ['toml'] }],
  });
}

/** Asks for any file, e.g. evidence or a database. */
export async function chooseFile(title: string): Promise<string | null> {
  return await open({ title, multiple: false });
}

/** Asks where a report is written. */
export async function chooseReport(name: string): Promise<string | null> {
  return await save({
    title: 'Export report',
    defaultPath: name,
    filters: [
      { name: 'HTML', extensions: ['html'] },
      { name: 'Markdown', extensions: ['md'] },
      { name: 'JSON', extensions: ['json'] },
      { name: 'CSV', extensions: ['csv'] },
    ],
  });
}

/** Asks where two sessions side by side are written. */
export async function chooseComparison(name: string): Promise<string | null> {
  return await save({
    title: 'Export the comparison',
    defaultPath: name,
    filters: [
      { name: 'Markdown', extensions: ['md'] },
      { name: 'CSV', extensions: ['csv'] },
    ],
  });
}

/** Asks where a timeline is written; the dialog itself asks before a file is replaced. */
export async function chooseTimeline(name: string, format: string): Promise<string | null> {
  return await save({
    title: 'Export the timeline',
    defaultPath: name,
    filters: [{ name: format.toUpperCase(), extensions: [format] }],
  });
}

/** Asks where the rows of a result are written. */
export async function chooseRows(name: string): Promise<string | null> {
  return await save({
    title: 'Export rows',
    defaultPath: name,
    filters: [
      { name: 'CSV', extensions: ['csv'] },
      { name: 'JSON', extensions: ['json'] },
    ],
  });
}

/** Tells about files dragged over and dropped on the window. */
export async function onDrop(told: (event: { over: boolean; paths: string[] }) => void): Promise<() => void> {
  return await getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === 'drop') told({ over: false, paths: payload.paths });
    else told({ over: payload.type !== 'leave', paths: [] });
  });
}

/** Names the window in the task bar. */
export async function titleWindow(title: string): Promise<void> {
  await getCurrentWindow().setTitle(title);
}
