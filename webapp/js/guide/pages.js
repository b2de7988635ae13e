// The pages of the guide, in the order in which they are read.

export const PAGES = [
  ['polling.html', 'Polling, long polling, streaming'],
  ['opening.html', 'Opening a stream'],
  ['format.html', 'The format'],
  ['resume.html', 'Ids and resuming'],
  ['retry.html', 'The reconnection time'],
  ['named-events.html', 'Events with a name'],
  ['server-time.html', 'Two small servers'],
  ['cancel.html', 'Ending a stream'],
  ['cross-origin.html', 'Other origins'],
  ['stock-stream.html', 'A stock stream'],
  ['topics.html', 'Topics and pace'],
  ['slow-reader.html', 'A slow reader'],
  ['load.html', 'Thousands of streams'],
  ['client.html', 'A client for every tab'],
].map(([file, title]) => ({ file, title }));
