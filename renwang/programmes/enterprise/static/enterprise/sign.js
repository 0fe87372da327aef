// A signature drawn with a finger or a mouse, put into the form as a PNG. Without script the typed name signs.
const pad = document.querySelector("[data-sign]");
if (pad) {
  const box = pad.querySelector("canvas");
  const into = document.querySelector(`[name="${pad.dataset.sign}"]`);
  const pen = box.getContext("2d");
  let drawing = false;
  pad.hidden = false;

  const fit = () => {
    const { width, height } = box.getBoundingClientRect();
    box.width = Math.round(width);
    box.height = Math.round(height);
    pen.lineWidth = 2.5;
    pen.lineCap = "round";
    pen.strokeStyle = "#111";
    into.value = "";
  };
  const at = (event) => {
    const { left, top } = box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  box.addEventListener("pointerdown", (event) => {
    drawing = true;
    box.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  box.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  box.addEventListener("pointerup", () => {
    drawing = false;
    into.value = box.toDataURL("image/png");
  });
  pad.querySelector("[data-sign-clear]").addEventListener("click", fit);
  fit();
}
