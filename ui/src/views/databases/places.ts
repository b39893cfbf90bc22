// Where a connection fails, in plain words.

const places: Record<string, string> = {
  host: 'Look at the host and the network.',
  tunnel: 'Look at the SSH host.',
  port: 'Look at the port: the host itself was found.',
  tls: 'Look at the encryption: host and port answer.',
  authentication: 'Look at the user and the password.',
  database: 'Look at the database: the server itself was reached.',
  privilege: 'Look at what the user may do: the login itself is right.',
  file: 'Look at the path of the file.',
};

/** Returns where to look when a test failed in this part; empty for a part that is not known. */
export function whereToLook(part: string | null): string {
  return (part && places[part]) || '';
}
