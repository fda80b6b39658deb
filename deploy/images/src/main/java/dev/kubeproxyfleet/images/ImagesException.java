package dev.kubeproxyfleet.images;

/** Why no image can be made or pushed; the message says what happened and what to do. */
final class ImagesException extends Exception {

    ImagesException(String message) {
        super(message);
    }

    ImagesException(String message, Throwable cause) {
        super(message, cause);
    }
}
