/** The folder, inside its own, of a guest that stays for many rounds; it gets the last one's name at its end. */
export const STAYING_FOLDER = 'guest';
