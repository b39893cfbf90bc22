// What the name and the place of a connection suggest about its environment. A suggestion is shown, never taken.

export type EnvironmentWord = 'development' | 'staging' | 'production';

/** The environments with what each of them means. */
export const environments: readonly { id: EnvironmentWord; says: string }[] = [
  { id: 'development', says: 'your own' },
  { id: 'staging', says: 'shared, may be lost' },
  { id: 'production', says: 'what customers use' },
];

type Told = {
  name: string;
  engine: string;
  host: string;
  database: string;
  socket: string | null;
  ssh: string | null;
};

const part = (words: string) => new RegExp(`(^|[^a-z])(${words})([^a-z]|$)`, 'i');
const STAGING = part('non-?prod|pre-?prod|preproduction|stage|staging|stg|test|uat|qa');
const PRODUCTION = part('prod|prd|production|live');

/** Returns the environment that a connection looks like, and why; `null` when nothing tells. */
export function guessOf(told: Told): { environment: EnvironmentWord; why: string } | null {
  const words = [told.name, told.host, told.database].join(' ');
  // What is named before production would be found in its words, too.
  if (STAGING.test(words)) return { environment: 'staging', why: 'It is named like staging.' };
  if (PRODUCTION.test(words)) return { environment: 'production', why: 'It is named like production.' };
  const near = told.socket !== null || ['', 'localhost', '127.0.0.1', '::1'].includes(told.host);
  if (told.database !== '' && told.ssh === null && (near || told.engine === 'sqlite'))
    return { environment: 'development', why: 'It is on this machine.' };
  return null;
}
