// A phone's photo has 4 to 12 MB; what a check needs is seen in a tenth of it. Without script the photo goes as it is.
const LONGEST = 1600; // pixels
const ENOUGH = 800_000; // bytes: so small a photo is left alone

const smaller = async (file) => {
  if (file.size <= ENOUGH || !file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file);
    const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const box = document.createElement("canvas");
    box.width = Math.round(picture.width * share);
    box.height = Math.round(picture.height * share);
    box.getContext("2d").drawImage(picture, 0, 0, box.width, box.height);
    const made = await new Promise((done) => box.toBlob(done, "image/jpeg", 0.82));
    return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // a kind of picture this browser does not draw: the server says what it thinks of it
  }
};

for (const input of document.querySelectorAll('input[type="file"][accept^="image"]')) {
  input.addEventListener("change", async () => {
    const kept = new DataTransfer();
    for (const file of await Promise.all([...input.files].map(smaller))) kept.items.add(file);
    input.files = kept.files;
  });
}
