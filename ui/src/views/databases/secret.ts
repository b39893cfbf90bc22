// Where the password of a saved connection stands, and what becomes of it with the connection.
import type { SavedConnection } from '../../ipc/types';

/** Says in a few words where the password stands. */
export function passwordOf({ connection: { secret }, password_in_memory }: SavedConnection): string {
  switch (secret.kind) {
    case 'keychain':
      return 'password in the keychain';
    case 'environment':
      return `password in $${secret.name}`;
    case 'pg_pass':
      return 'password in ~/.pgpass';
    case 'service':
      return `service ${secret.name}`;
    case 'prompt':
      return password_in_memory ? 'password in memory' : 'asks for the password';
    case 'none':
      return 'no password';
  }
}

/** Says what is removed with a connection, and what stays where its owner put it. */
export function removalOf({ connection: { secret }, password_in_memory }: SavedConnection): string {
  const alone = 'The connection is removed from this machine.';
  switch (secret.kind) {
    case 'keychain':
      return 'The connection and its password in the keychain are removed from this machine.';
    case 'environment':
      return `${alone} Its password stays in the environment variable ${secret.name}.`;
    case 'pg_pass':
      return `${alone} Its password stays in ~/.pgpass.`;
    case 'service':
      return `${alone} The PostgreSQL service ${secret.name} stays as it is.`;
    case 'prompt':
      return password_in_memory ? `${alone} Its password, kept in memory only, is forgotten.` : alone;
    case 'none':
      return alone;
  }
}
