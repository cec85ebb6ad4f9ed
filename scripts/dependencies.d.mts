/** @returns sentences about what is wrong, each beginning with the file. */
export function checkDependencies(root: string): string[];
