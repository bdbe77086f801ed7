//! Films are seen again as they were written.

use super::*;

/// A square that wanders over a shaded ground.
fn picture(width: u32, height: u32, time: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let (left, top) = (width / 8 + 2 * time, height / 4);
        let inside = x.wrapping_sub(left) < width / 4 && y.wrapping_sub(top) < height / 4;
        if inside { [200, 40, 30] } else { [60 + (x % 64) as u8, 90 + (y % 64) as u8, 120] }
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

fn film(width: u32, height: u32, count: u32) -> Vec<u8> {
    let mut writer = Writer::new(width, height).unwrap();
    for time in 0..count {
        writer.add(&picture(width, height, time)).unwrap();
    }
    writer.finish().unwrap()
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    let square = |(a, b): (&u8, &u8)| f64::from(a.abs_diff(*b)).powi(2);
    let error = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
    10.0 * (255.0 * 255.0 / error).log10()
}

#[test]
fn what_was_filmed_is_seen_again() {
    for (width, height) in [(128, 128), (224, 224), (64, 48), (98, 130)] {
        let clip = Clip::parse(film(width, height, 45)).unwrap();
        assert_eq!((clip.width, clip.height, clip.len()), (width, height, 45));
        assert_eq!(clip.frame_rate(), f64::from(FRAME_RATE));
        let wanted = [0, 1, 19, 20, 33, 44];
        let seen = frames(&clip, &wanted).unwrap();
        assert_eq!(seen.len(), wanted.len());
        for (time, seen) in wanted.into_iter().zip(seen) {
            let quality = psnr(&picture(width, height, time as u32), &seen.rgb);
            assert!(quality > 30.0, "{width} x {height}, frame {time}: {quality:.1} dB");
        }
    }
}

#[test]
fn the_same_pictures_give_the_same_bytes() {
    assert_eq!(film(128, 128, 30), film(128, 128, 30));
}

#[test]
fn wrong_sizes_are_refused() {
    for side in [0, 14, 127, 2162] {
        assert!(Writer::new(side, 128).is_err(), "{side}");
    }
    assert!(Writer::new(16, 16).unwrap().add(&[0; 3]).is_err());
    assert!(Writer::new(16, 16).unwrap().finish().is_err(), "a film without a picture");
}

#[test]
fn damaged_files_are_errors() {
    let whole = film(32, 32, 5);
    for length in 0..whole.len() {
        if let Ok(clip) = Clip::parse(whole[..length].to_vec()) {
            frames(&clip, &[0, 4]).ok();
        }
    }
    for index in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[index] ^= 1 << (index % 8);
        // What the decoder makes of damaged pictures is its own business; it must come back.
        Clip::parse(bytes).ok();
    }
    let clip = Clip::parse(whole).unwrap();
    assert!(frames(&clip, &[5]).is_err());
}
